/* tslint:disable */
/* eslint-disable */

/**
 * A recommender with the methods that JavaScript calls.
 */
export class Core {
    free(): void;
    [Symbol.dispose](): void;
    accept(decision: any, at: number | null | undefined, recheck: boolean): string;
    /**
     * Advances the trusted clock to the host's time in ms, given with a change.
     */
    advanceClock(now: number): void;
    blockFacet(user: string, facet: string, blocked: boolean): void;
    /**
     * Returns the trusted time in ms, if there is one.
     */
    clock(): number | undefined;
    config(): string;
    confirm(decision: string, at: number): string;
    contentStatus(request: any): string;
    /**
     * Returns an accepted decision, while it is kept.
     */
    decision(id: string): string | undefined;
    dueSteps(request: any): string;
    effectiveConfig(): string;
    expire(before: number): number;
    explainItem(request: any, item: string): string;
    forget(user: string): boolean;
    /**
     * Returns a copy for decisions on trial, which shares what neither changes.
     */
    fork(): Core;
    static fromSnapshot(bytes: Uint8Array, max_bytes?: number | null): Core;
    join(joining: any): boolean;
    journeyStatus(request: any): string;
    leave(leaving: any): boolean;
    /**
     * Passes all records of one type to `hand_over` as JSON lists. Types: `items`, `users`, `groups`, `channels`,
     * `userIds`, `groupIds`, `itemIds`.
     */
    list(sort: string, hand_over: Function): void;
    merge(bytes: Uint8Array): void;
    moveGroup(moving: any): boolean;
    /**
     * Creates an empty recommender that may hold `max_bytes`.
     */
    constructor(config: any, max_bytes?: number | null);
    observeAll(interactions: any): string;
    observeColumns(columns: any): string;
    observe(interaction: any): boolean;
    /**
     * Returns the operations as the host wrote them, if any were set.
     */
    operations(): string | undefined;
    patchGroups(patches: any): string;
    patchItems(patches: any): string;
    patchUsers(patches: any): string;
    /**
     * Updates all derived state.
     */
    prepare(): void;
    profile(request: any): string;
    /**
     * Returns item ids as JSON, propensities and utilities.
     */
    propensities(request: any, placed: any): Array<any>;
    putChannels(channels: any): number;
    putGroups(groups: any): number;
    putItems(items: any): string;
    putUsers(users: any): number;
    recommendAll(requests: any, explain: boolean, reasons: boolean): string;
    /**
     * Writes the slates of some users to the first elements of `items` and `scores`; an error writes nothing.
     */
    recommendInto(users: Int32Array, now: number, count: number, items: Int32Array, scores: Float64Array): void;
    /**
     * Decides requests given as JSON text. Returns one answer per request: a decision as JSON text, or an error.
     */
    recommendTexts(requests: Array<any>, explain: boolean, reasons: boolean): Array<any>;
    recommend(request: any, explain: boolean, reasons: boolean): string;
    /**
     * Returns the record of an id, if there is one. Types: `items`, `users`, `groups`, `channels`.
     */
    record(sort: string, id: string): string | undefined;
    refusals(request: any, page: any): string;
    release(decision: string): boolean;
    removeFacet(user: string, facet: string, at: number): void;
    removeGroups(groups: any): number;
    removeItems(items: any): number;
    reserve(decision: any, until: number): string;
    /**
     * Sets the number of log entries applied, which later decisions carry.
     */
    setLogPosition(entries: number): void;
    setOperations(operations: any): void;
    setPersonalised(user: string, on: boolean): void;
    similar(item: string, count: number, now?: number | null): string;
    stats(): string;
    tierReport(request: any): string;
    useModel(bytes: Uint8Array): void;
    /**
     * Returns the number of each user, -1 for unknown ids.
     */
    userNumbers(users: any): Int32Array;
    /**
     * Passes the payload of the fitted model, if there is one, to `hand_over` in chunks and returns its header.
     */
    writeModel(hand_over: Function): Uint8Array | undefined;
    /**
     * Passes the payload of a snapshot to `hand_over` in chunks and returns the header that precedes them.
     */
    writeSnapshot(hand_over: Function): Uint8Array;
}

/**
 * True after an allocation failed: the instance cannot be used any more.
 */
export function isOutOfMemory(): boolean;

/**
 * Sets the maximum memory size of the module in bytes.
 */
export function limitMemory(bytes: number): void;

/**
 * Returns the maximum of bytes in use since the previous call.
 */
export function measurePeak(): number;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_core_free: (a: number, b: number) => void;
    readonly core_accept: (a: number, b: any, c: number, d: number, e: number) => [number, number, number, number];
    readonly core_advanceClock: (a: number, b: number) => [number, number];
    readonly core_blockFacet: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number];
    readonly core_clock: (a: number) => [number, number];
    readonly core_config: (a: number) => [number, number];
    readonly core_confirm: (a: number, b: number, c: number, d: number) => [number, number, number, number];
    readonly core_contentStatus: (a: number, b: any) => [number, number, number, number];
    readonly core_decision: (a: number, b: number, c: number) => [number, number];
    readonly core_dueSteps: (a: number, b: any) => [number, number, number, number];
    readonly core_effectiveConfig: (a: number) => [number, number];
    readonly core_expire: (a: number, b: number) => [number, number, number];
    readonly core_explainItem: (a: number, b: any, c: number, d: number) => [number, number, number, number];
    readonly core_forget: (a: number, b: number, c: number) => [number, number, number];
    readonly core_fork: (a: number) => [number, number, number];
    readonly core_fromSnapshot: (a: any, b: number, c: number) => [number, number, number];
    readonly core_join: (a: number, b: any) => [number, number, number];
    readonly core_journeyStatus: (a: number, b: any) => [number, number, number, number];
    readonly core_leave: (a: number, b: any) => [number, number, number];
    readonly core_list: (a: number, b: number, c: number, d: any) => [number, number];
    readonly core_merge: (a: number, b: any) => [number, number];
    readonly core_moveGroup: (a: number, b: any) => [number, number, number];
    readonly core_new: (a: any, b: number, c: number) => [number, number, number];
    readonly core_observe: (a: number, b: any) => [number, number, number];
    readonly core_observeAll: (a: number, b: any) => [number, number, number, number];
    readonly core_observeColumns: (a: number, b: any) => [number, number, number, number];
    readonly core_operations: (a: number) => [number, number];
    readonly core_patchGroups: (a: number, b: any) => [number, number, number, number];
    readonly core_patchItems: (a: number, b: any) => [number, number, number, number];
    readonly core_patchUsers: (a: number, b: any) => [number, number, number, number];
    readonly core_prepare: (a: number) => [number, number];
    readonly core_profile: (a: number, b: any) => [number, number, number, number];
    readonly core_propensities: (a: number, b: any, c: any) => [number, number, number];
    readonly core_putChannels: (a: number, b: any) => [number, number, number];
    readonly core_putGroups: (a: number, b: any) => [number, number, number];
    readonly core_putItems: (a: number, b: any) => [number, number, number, number];
    readonly core_putUsers: (a: number, b: any) => [number, number, number];
    readonly core_recommend: (a: number, b: any, c: number, d: number) => [number, number, number, number];
    readonly core_recommendAll: (a: number, b: any, c: number, d: number) => [number, number, number, number];
    readonly core_recommendInto: (a: number, b: any, c: number, d: number, e: any, f: any) => [number, number];
    readonly core_recommendTexts: (a: number, b: any, c: number, d: number) => [number, number, number];
    readonly core_record: (a: number, b: number, c: number, d: number, e: number) => [number, number, number, number];
    readonly core_refusals: (a: number, b: any, c: any) => [number, number, number, number];
    readonly core_release: (a: number, b: number, c: number) => [number, number, number];
    readonly core_removeFacet: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number];
    readonly core_removeGroups: (a: number, b: any) => [number, number, number];
    readonly core_removeItems: (a: number, b: any) => [number, number, number];
    readonly core_reserve: (a: number, b: any, c: number) => [number, number, number, number];
    readonly core_setLogPosition: (a: number, b: number) => [number, number];
    readonly core_setOperations: (a: number, b: any) => [number, number];
    readonly core_setPersonalised: (a: number, b: number, c: number, d: number) => [number, number];
    readonly core_similar: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number, number, number];
    readonly core_stats: (a: number) => [number, number];
    readonly core_tierReport: (a: number, b: any) => [number, number, number, number];
    readonly core_useModel: (a: number, b: any) => [number, number];
    readonly core_userNumbers: (a: number, b: any) => [number, number, number];
    readonly core_writeModel: (a: number, b: any) => [number, number, number, number];
    readonly core_writeSnapshot: (a: number, b: any) => [number, number, number, number];
    readonly isOutOfMemory: () => number;
    readonly limitMemory: (a: number) => void;
    readonly measurePeak: () => number;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
