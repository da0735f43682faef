// The types of ui.js, for `tsc --noEmit`; found through "paths" in tsconfig.json.
export { Component, Fragment, createContext, h, render } from "preact";
export type { ComponentChildren, VNode } from "preact";
export { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export type { ReadonlySignal, Signal } from "@preact/signals";
export { deleteDB, openDB } from "idb";
export type { DBSchema, IDBPDatabase } from "idb";
import type { VNode } from "preact";

export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
