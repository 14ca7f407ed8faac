namespace HaTools.Configuration.Yaml;

// SMTP checks.
internal static partial class YamlReader
{
    private static SmtpCheck Smtp(YamlMapReader keys)
    {
        SmtpCheck usual = Connecting(keys, new SmtpCheck());
        return usual with { HeloName = keys.String("heloName") ?? usual.HeloName };
    }
}
