// What people call a locker: by the number at the end of its board's id, as long as that tells it from the others. Pure.

/**
 * "board-dock-1" is locker 1; beside "board-quay-1" it is locker dock-1.
 * @param {string} board
 * @param {string[]} all every board of this hub
 */
export function lockerName(board, all) {
  const number = numberOf(board);
  const alone = all.filter((other) => numberOf(other) === number).length === 1;
  return number && alone ? number : board.replace(/^board-/, "");
}

/** @param {string} board */
const numberOf = (board) => /(\d+)$/.exec(board)?.[1] ?? "";
