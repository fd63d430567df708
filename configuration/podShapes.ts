import type { Resources, Toleration } from "../components/checks";
import * as shape from "./shapes";

/** Parts of a Pod spec that several keys set. */
export const texts = shape.listOf(shape.text);
export const textMap = shape.mapOf(shape.text);

export const resources = shape.partsOf<Resources>((get) => ({
    requests: get("requests", textMap),
    limits: get("limits", textMap),
}));

export const tolerations = shape.listOf(
    shape.partsOf<Toleration>((get) => ({
        key: get("key", shape.text),
        operator: get("operator", shape.text),
        value: get("value", shape.text),
        effect: get("effect", shape.text),
        tolerationSeconds: get("tolerationSeconds", shape.whole),
    })),
);
