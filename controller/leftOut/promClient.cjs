// Stands in for `prom-client` in the bundle: three of its classes as they are. The others, and what it tells of a process,
// would bring OpenTelemetry with them.

module.exports = {
    Counter: require("../../node_modules/prom-client/lib/counter"),
    Gauge: require("../../node_modules/prom-client/lib/gauge"),
    Registry: require("../../node_modules/prom-client/lib/registry"),
};
