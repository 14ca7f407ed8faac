namespace HaTools.Configuration.Yaml;

// Checks that run a program.
internal static partial class YamlReader
{
    private static MiscCheck? Misc(YamlMapReader keys)
    {
        string? command = keys.RequiredString("command", "check");
        MiscCheck check = Timed(keys, new MiscCheck { Command = command ?? "" }) with
        {
            Timeout = keys.Time("timeout"),
            DynamicWeight = keys.Boolean("dynamicWeight") ?? false,
            User = keys.String("user"),
        };
        return command is null ? null : check;
    }
}
