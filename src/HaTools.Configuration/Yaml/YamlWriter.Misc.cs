namespace HaTools.Configuration.Yaml;

// Checks that run a program.
internal sealed partial class YamlWriter
{
    private void Misc(MiscCheck c)
    {
        var usual = new MiscCheck { Command = c.Command };
        text.Value("command", c.Command);
        Timed(c, usual);
        Time("timeout", c.Timeout, usual.Timeout);
        Switch("dynamicWeight", c.DynamicWeight, usual.DynamicWeight);
        text.Value("user", c.User);
    }
}
