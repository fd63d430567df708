/** A Lease's spec, as far as it is used here. */
export interface LeaseSpec {
    readonly holderIdentity?: string;
    readonly renewals?: number;
}

/** What the API server holds: any change gives it another version. */
export interface LeaseState extends LeaseSpec {
    readonly resourceVersion: string;
}

export interface LeaseStore {
    read: () => Promise<LeaseState>;
    /** Fails when the Lease is no more the one that was read. */
    write: (holder: string, read: LeaseState) => Promise<void>;
}

/** Nobody else takes a Lease over before it has stood still for so long. */
export const leaseDurationMs = 6_000;

const validityMs = leaseDurationMs - 1_500;

/**
 * One of the controllers leads. It isn't what keeps data safe (that are the truth's versions and the servers' fences): it
 * keeps two from getting in each other's way. Times are those of this process alone, so clocks needn't agree.
 */
export class Leadership {
    private seen = "";
    private seenAt = 0;
    private renewedAt = -Infinity;

    constructor(
        private readonly identity: string,
        private readonly store: LeaseStore,
        private readonly now: () => number,
    ) {}

    /** Whether this one leads, as far as it knows: for less long than the others wait. */
    get leads(): boolean {
        return this.now() - this.renewedAt < validityMs;
    }

    /** To be called about every second; what fails is tried again by the next call. */
    async renew(): Promise<void> {
        const began = this.now();
        const lease = await this.store.read();
        if (lease.resourceVersion !== this.seen) {
            this.seen = lease.resourceVersion;
            this.seenAt = began;
        }
        const { holderIdentity = "" } = lease;
        const isFree = holderIdentity === "" || this.now() - this.seenAt >= leaseDurationMs;
        if (holderIdentity === this.identity || isFree) {
            await this.store.write(this.identity, lease);
            this.renewedAt = began;
        }
    }

    /** So that another one needn't wait. */
    async release(): Promise<void> {
        if (this.leads) {
            this.renewedAt = -Infinity;
            await this.store.write("", await this.store.read());
        }
    }
}
