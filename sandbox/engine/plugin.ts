/** A provider plugin at the version that its SDK asks for. */
export interface Plugin {
    name: string;
    version: string;
}

export interface PluginSearch {
    environment: NodeJS.ProcessEnv;
    /** The PULUMI_HOME that official plugins are looked for in and installed to. */
    home: string;
    /** The CLI that installs plugins. */
    commandLine: string;
}
