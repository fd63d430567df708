import { Engine, engineAddress } from "../plugin/engine";
import { serve } from "../plugin/server";
import { KubernetesProvider } from "./provider";
import { WARM_UP_RUN } from "./warmUp";

const engine = new Engine(engineAddress(process.argv));
serve(new KubernetesProvider(engine), engine, WARM_UP_RUN);
