import { createProgress } from "./build/progress";
import { defaultInstance, sandboxStatus, startSandbox, stopSandbox } from "./index";

const usage = `usage: ts-node sandbox/cli.ts start | stop | delete | status
  start    bring the sandbox up and tell where its kubeconfig is
  stop     end it; what it has stored stays
  delete   end it and delete what it has stored, databases included
  status   tell whether it runs, and what in it does not
The environment's MYSQL_NFS_SANDBOX names the sandbox; it is "${defaultInstance()}" now.`;

async function main([command = "", ...rest]: string[]): Promise<number> {
    const progress = createProgress();
    const instance = defaultInstance();
    switch (rest.length === 0 ? command : "") {
        case "start": {
            const sandbox = await startSandbox({ log: progress });
            console.log(sandbox.description.join("\n"));
            console.log(`export KUBECONFIG=${sandbox.kubeconfigPath}`);
            console.log(`export PATH=${sandbox.binDirectory}:$PATH`);
            return 0;
        }
        case "stop":
            await progress.step(`stop the sandbox "${instance}"`, () => stopSandbox());
            return 0;
        case "delete":
            await progress.step(`delete the sandbox "${instance}"`, () =>
                stopSandbox({ wipe: true }),
            );
            return 0;
        case "status": {
            const { isRunning, lines } = await sandboxStatus();
            console.log(lines.join("\n"));
            return isRunning ? 0 : 1;
        }
        default:
            console.error(usage);
            return 2;
    }
}

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
    },
);
