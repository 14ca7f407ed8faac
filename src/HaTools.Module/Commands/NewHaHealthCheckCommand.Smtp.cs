using System.Management.Automation;

namespace HaTools.Module.Commands;

// What SMTP checks have.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] SmtpParameters => [nameof(HeloName)];

    /// <summary>Of type Smtp: by which name the check presents itself; without it: keepalived's, smtpchecker.keepalived.org.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HeloName { get; set; }

    private SmtpCheck Smtp(SmtpCheck usual) => usual with { HeloName = HeloName ?? usual.HeloName };
}
