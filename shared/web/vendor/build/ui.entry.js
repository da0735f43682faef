// What every page draws with: one file, so that a page makes one request and one version of Preact exists.
export { Component, Fragment, createContext, h, render } from "preact";
export { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export { deleteDB, openDB } from "idb";
import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
