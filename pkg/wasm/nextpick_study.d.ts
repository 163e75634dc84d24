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
 * Reconstructed decisions.
 */
export class OffPolicyEvaluator {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    evaluate(target: any): string;
    plan(target: any, base_rate: number): string;
    /**
     * Returns the number of distinct targets evaluated so far.
     */
    targetsTried(): number;
}

/**
 * The reader of a log.
 */
export class OffPolicyReader {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Takes a piece of the log in the first pass; `first` is the number of entries before it.
     */
    collect(piece: any, first: number): void;
    endPass(): void;
    /**
     * Ends the last pass.
     */
    finish(): OffPolicyEvaluator;
    /**
     * Starts the first pass. `by_kind` keeps what other objectives need.
     */
    constructor(question: any, target: any, snapshot: Uint8Array | null | undefined, model: Uint8Array | null | undefined, by_kind: boolean);
    /**
     * Returns the number of decisions reconstructed so far, and of all.
     */
    progress(): Uint32Array;
    /**
     * Starts the next pass; false if none is needed.
     */
    startPass(): boolean;
    /**
     * Takes a piece of the log in a later pass; false if the pass needs no more.
     */
    walk(piece: any, first: number): boolean;
}

/**
 * A log while it is read.
 */
export class StudyReader {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Adds a list of records of one sort: `items`, `users`, `groups`, `sent` or `interactions`. `first` is the index of
     * the first of them among all of the sort, for the paths of errors.
     */
    add(sort: string, piece: any, first: number): void;
    analyzeExperiment(request: any): string;
    /**
     * Applies one other change of a durable recommender's log; those that no study needs are skipped.
     */
    change(entry: any): void;
    configure(config: any): void;
    funnel(request: any): string;
    /**
     * Creates an empty log under the default configuration.
     */
    constructor();
    referralLeaders(request: any): string;
    suggestTiers(options: any): string;
}

export function evaluateCases(input: any, on_progress?: Function | null): string;

export function evaluateImpressions(input: any, on_progress?: Function | null): string;

export function evaluateReplay(input: any, on_progress?: Function | null): string;

/**
 * Fits a model to an input's `events`, or to its impression `log`: `{ model, report }`, the report as JSON text.
 */
export function fitModel(input: any, on_progress?: Function | null): object;

/**
 * True after an allocation failed: the instance cannot be used any more.
 */
export function isOutOfMemory(): boolean;

/**
 * Sets the maximum memory size of the module in bytes.
 */
export function limitMemory(bytes: number): void;

export function makeCases(input: any): string;

/**
 * Returns the maximum of bytes in use since the previous call.
 */
export function measurePeak(): number;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_core_free: (a: number, b: number) => void;
    readonly __wbg_offpolicyevaluator_free: (a: number, b: number) => void;
    readonly __wbg_offpolicyreader_free: (a: number, b: number) => void;
    readonly __wbg_studyreader_free: (a: number, b: number) => void;
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
    readonly evaluateCases: (a: any, b: number) => [number, number, number, number];
    readonly evaluateImpressions: (a: any, b: number) => [number, number, number, number];
    readonly evaluateReplay: (a: any, b: number) => [number, number, number, number];
    readonly fitModel: (a: any, b: number) => [number, number, number];
    readonly isOutOfMemory: () => number;
    readonly limitMemory: (a: number) => void;
    readonly makeCases: (a: any) => [number, number, number, number];
    readonly measurePeak: () => number;
    readonly offpolicyevaluator_evaluate: (a: number, b: any) => [number, number, number, number];
    readonly offpolicyevaluator_plan: (a: number, b: any, c: number) => [number, number, number, number];
    readonly offpolicyevaluator_targetsTried: (a: number) => number;
    readonly offpolicyreader_collect: (a: number, b: any, c: number) => [number, number];
    readonly offpolicyreader_endPass: (a: number) => [number, number];
    readonly offpolicyreader_finish: (a: number) => [number, number, number];
    readonly offpolicyreader_new: (a: any, b: any, c: number, d: number, e: number) => [number, number, number];
    readonly offpolicyreader_progress: (a: number) => [number, number];
    readonly offpolicyreader_startPass: (a: number) => [number, number, number];
    readonly offpolicyreader_walk: (a: number, b: any, c: number) => [number, number, number];
    readonly studyreader_add: (a: number, b: number, c: number, d: any, e: number) => [number, number];
    readonly studyreader_analyzeExperiment: (a: number, b: any) => [number, number, number, number];
    readonly studyreader_change: (a: number, b: any) => [number, number];
    readonly studyreader_configure: (a: number, b: any) => [number, number];
    readonly studyreader_funnel: (a: number, b: any) => [number, number, number, number];
    readonly studyreader_new: () => number;
    readonly studyreader_referralLeaders: (a: number, b: any) => [number, number, number, number];
    readonly studyreader_suggestTiers: (a: number, b: any) => [number, number, number, number];
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
