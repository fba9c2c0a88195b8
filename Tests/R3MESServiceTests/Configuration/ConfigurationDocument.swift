// SPDX-License-Identifier: Apache-2.0

@testable import R3MESService

/// Writes `docs/configuration.md` from the table of settings and the list of safety rules.
enum ConfigurationDocument {
    static var text: String {
        """
        # Configuration

        <!-- Generated from the table of settings; do not edit. Run the tests with R3MES_TEST_UPDATE_DOCS=1 to renew. -->

        Every setting has a key, an environment variable and a default. The first of these that gives a value wins:

        1. a command-line flag, for the few settings that have one;
        2. the environment variable: `R3MES_` and the key in upper case with `_` for `.` and `-`;
        3. the configuration file, a `.yaml`, `.yml` or `.json` named by `--config` or by `R3MES_CONFIG`;
        4. the default.

        All mistakes are reported at once, with where each came from: values that are not allowed, unknown keys in the
        file, and unknown environment variables that begin with `R3MES_` (other than `R3MES_CONFIG` and `R3MES_TEST_…`).
        `r3mes serve --print-configuration` shows what is in effect and why, without secrets.

        ## Settings

        | key | environment variable | flag | allowed | default |
        | --- | --- | --- | --- | --- |
        \(ServiceConfiguration.Setting.all.map(row).joined(separator: "\n"))

        \(ServiceConfiguration.Setting.all.map(meaning).joined(separator: "\n"))

        ## How values are written

        - Durations are a whole number and a unit: `ns`, `us`, `ms`, `s`, `m`, `h` or `d`.
        - Sizes are a whole number and a unit: `B`, `KiB`, `MiB` or `GiB`. A bare number is bytes.
        - PostgreSQL URLs are those of libpq:
          `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require`. In a user name or a password, write `:` as `%3A`,
          `/` as `%2F`, `@` as `%40` and `%` as `%25`.

        The same in a file:

        ```yaml
        profile: production
        server:
          host: 0.0.0.0
          port: 8080
        database:
          url: sqlite:/var/lib/r3mes/r3mes.sqlite
        limits:
          body-size: 512KiB
        ```

        ## What is refused as unsafe

        | setting | profile | why |
        | --- | --- | --- |
        \(ServiceConfiguration.SafetyRule.all.map(rule).joined(separator: "\n"))

        ## In Kubernetes

        For a Service named `r3mes`, Kubernetes puts variables such as `R3MES_SERVICE_HOST` into every pod, and unknown
        variables are refused here. Set `enableServiceLinks: false` in the pod.

        """
    }

    private static func row(_ setting: ServiceConfiguration.Setting) -> String {
        let standard = setting.defaultInWords ?? "`\(setting.text(ServiceConfiguration()))`"
        let flag = setting.flag.map { "`--\($0)`" } ?? ""
        return "| `\(setting.key)` | `\(setting.environmentVariable)` | \(flag) | \(setting.allowed) | \(standard) |"
    }

    private static func meaning(_ setting: ServiceConfiguration.Setting) -> String {
        let secret = setting.secrecy == .secret ? " Secret: never shown." : ""
        return "- `\(setting.key)`: \(setting.meaning)\(secret)"
    }

    private static func rule(_ rule: ServiceConfiguration.SafetyRule) -> String {
        "| `\(rule.keys[0])` | \(rule.keys.contains("profile") ? "production" : "every") | \(rule.reason) |"
    }
}
