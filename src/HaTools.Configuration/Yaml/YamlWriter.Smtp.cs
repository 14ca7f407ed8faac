namespace HaTools.Configuration.Yaml;

// SMTP checks.
internal sealed partial class YamlWriter
{
    private void Smtp(SmtpCheck c)
    {
        var usual = new SmtpCheck();
        ConnectingCheck(c, usual);
        Word("heloName", c.HeloName, usual.HeloName);
    }
}
