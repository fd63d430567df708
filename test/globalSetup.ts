import { controllerBundle } from "../components/mysql/controllerBundle";

/** Once before all tests, so that none of them has to wait for what takes seconds after a change of the controller. */
export function mochaGlobalSetup(): void {
    try {
        controllerBundle();
    } catch {
        return; // the test of the bundle says why
    }
}
