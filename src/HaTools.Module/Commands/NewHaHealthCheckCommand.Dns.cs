using System.Management.Automation;

namespace HaTools.Module.Commands;

// What DNS checks have.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] DnsParameters => [nameof(RecordType), nameof(Name), nameof(Transport)];

    /// <summary>Of type Dns: the type of records that is asked for; without it: SOA.</summary>
    [Parameter]
    public DnsRecordType? RecordType { get; set; }

    /// <summary>Of type Dns: the domain name that is asked for; without it: the root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Of type Dns: by what it asks; without it: UDP.</summary>
    [Parameter]
    public DnsTransport? Transport { get; set; }

    private DnsCheck Dns(DnsCheck usual) => usual with
    {
        RecordType = RecordType ?? usual.RecordType,
        Name = Name ?? usual.Name,
        Transport = Transport ?? usual.Transport,
    };
}
