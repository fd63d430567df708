import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { ProgressTerminal } from "../sandbox/build/progress";
import type { ViewMode } from "./changes";
import { progressLine } from "../sandbox/build/progress";
import {
    changeLines,
    describeUrn,
    isChange,
    isForgotten,
    plainText,
    propertyLines,
    summaryLine,
} from "./changes";

/** An error the engine or a provider reported. */
export interface EngineFault {
    /** "StatefulSet mysql", or empty for one that belongs to no resource. */
    readonly resource: string;
    readonly message: string;
}

// The engine also sends "debug", which its types don't name.
const shownSeverities: readonly string[] = ["info", "info#err", "warning"];

const terminalPeriod = 1000;
const logPeriod = 15_000;

/**
 * Shows what the engine does, from its events: each planned change in a preview; in a run each
 * change as it is done, with its time, and now and then what is being waited for.
 */
export class EngineView {
    readonly faults: EngineFault[] = [];
    changes: Partial<Record<OpType, number>> = {};
    private forgotten = 0;
    private readonly underWay = new Map<string, { title: string; start: number; status: string }>();
    private readonly stopTimer: () => void;
    private statusShown = false;

    constructor(
        private readonly mode: ViewMode,
        private readonly print: (line: string) => void,
        private readonly terminal: ProgressTerminal,
    ) {
        const period = terminal.isTerminal ? terminalPeriod : logPeriod;
        this.stopTimer = terminal.every(period, () => this.showStatus());
    }

    readonly onEvent = (event: EngineEvent): void => {
        if (event.resourcePreEvent !== undefined) {
            this.started(event.resourcePreEvent.metadata);
        } else if (event.resOutputsEvent !== undefined) {
            this.finished(event.resOutputsEvent.metadata, "ok");
        } else if (event.resOpFailedEvent !== undefined) {
            this.finished(event.resOpFailedEvent.metadata, "failed");
        } else if (event.diagnosticEvent !== undefined) {
            this.diagnostic(event.diagnosticEvent);
        } else if (event.summaryEvent !== undefined) {
            this.changes = event.summaryEvent.resourceChanges;
        }
    };

    /** Ends the display; returns the line that sums it up. */
    close(): string {
        this.stopTimer();
        this.clearStatus();
        return summaryLine(this.changes, this.mode, this.forgotten);
    }

    private started(step: StepEventMetadata): void {
        if (isForgotten(step)) {
            this.forgotten++;
        }
        if (this.mode === "preview") {
            if (isChange(step.op)) {
                changeLines(step).forEach((line) => this.line(line));
            }
            return;
        }
        if (isWork(step)) {
            const title = `${isForgotten(step) ? "forget" : verb(step.op)} ${describeUrn(step.urn)}`;
            this.underWay.set(step.urn, { title, start: this.terminal.now(), status: "" });
        }
    }

    private finished(step: StepEventMetadata, mark: string): void {
        const operation = this.underWay.get(step.urn);
        this.underWay.delete(step.urn);
        if (this.mode === "preview" || (mark === "ok" && !isWork(step))) {
            return;
        }
        const title = operation?.title ?? `${verb(step.op, this.mode)} ${describeUrn(step.urn)}`;
        const start = operation?.start ?? this.terminal.now();
        this.line(progressLine(mark, title, this.terminal.now() - start, ""));
        if (step.op === "update") {
            propertyLines(step).forEach((line) => this.line(`         ${line}`));
        }
    }

    private diagnostic(event: NonNullable<EngineEvent["diagnosticEvent"]>): void {
        const message = plainText(event.message).trim();
        const urn = event.urn ?? "";
        if (event.ephemeral === true) {
            const operation = this.underWay.get(urn);
            if (operation !== undefined) {
                operation.status = message.split("\n")[0] ?? "";
            }
        } else if (event.severity === "error") {
            this.faults.push({ resource: urn === "" ? "" : describeUrn(urn), message });
        } else if (
            shownSeverities.includes(event.severity) &&
            message !== "" &&
            !isNoise(message)
        ) {
            const from =
                urn === "" || urn.includes("pulumi:pulumi:Stack") ? "" : `${describeUrn(urn)}: `;
            this.line(`${event.severity === "warning" ? "warning: " : ""}${from}${message}`);
        }
    }

    private line(text: string): void {
        this.clearStatus();
        this.print(text);
    }

    private showStatus(): void {
        const [longest, ...others] = [...this.underWay.values()].sort((a, b) => a.start - b.start);
        if (longest === undefined) {
            return;
        }
        const elapsed = this.terminal.now() - longest.start;
        const more = others.length === 0 ? "" : ` and ${others.length} more`;
        const line = progressLine("...", `${longest.title}${more}`, elapsed, longest.status);
        this.statusShown = true;
        this.terminal.write(
            this.terminal.isTerminal
                ? `\r\x1b[2K${line.slice(0, this.terminal.columns - 1)}`
                : `${line}\n`,
        );
    }

    private clearStatus(): void {
        if (this.statusShown && this.terminal.isTerminal) {
            this.terminal.write("\r\x1b[2K");
        }
        this.statusShown = false;
    }
}

/** Steps that take time on the cluster; components and the stack only hold others together. */
function isWork({ op, type }: StepEventMetadata): boolean {
    const isFrame = type === "pulumi:pulumi:Stack" || type.startsWith("mysqlnfs:");
    return !isFrame && !["same", "read", "refresh", "replace"].includes(op);
}

/** Said on each run of a plugin that came by PATH, which is how every plugin here comes. */
function isNoise(message: string): boolean {
    return /using pulumi-\S+ from \$PATH|resource plugin .* is expected to have version/.test(
        message,
    );
}

function verb(operation: OpType, mode: ViewMode = "run"): string {
    if (mode === "refresh") {
        // The cluster was before us: nothing is done, something is found.
        return operation === "delete" ? "found gone:" : "found changed:";
    }
    const words: Partial<Record<OpType, string>> = {
        "create-replacement": "create anew",
        "delete-replaced": "delete old",
    };
    return words[operation] ?? operation;
}
