/** Put in by the build. */
declare const NUNECT_VERSION: string | undefined;

/** Version of the package; of the unbuilt sources `0.0.0-source`. */
export const version = typeof NUNECT_VERSION === 'undefined' ? '0.0.0-source' : NUNECT_VERSION;
