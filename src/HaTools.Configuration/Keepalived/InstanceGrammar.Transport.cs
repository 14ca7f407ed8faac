namespace HaTools.Configuration.Keepalived;

/// <summary>How adverts travel: checksum, source, group, peers.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Transport =>
    [
        new() { Name = "v3_checksum_as_v2", Allowed = 1, Read = (r, s, d) => d.ChecksumAsVersion2 = ConfValues.Boolean(r, s) },
    ];

    private static VrrpInstance WithTransport(InstanceBuild build, VrrpInstance instance) => instance with
    {
        ChecksumForm = (build.Draft.ChecksumAsVersion2 ?? build.Globals.ChecksumAsVersion2)
            ? VrrpChecksumForm.MessageOnly
            : VrrpChecksumForm.PseudoHeader,
    };
}

/// <summary>How adverts travel.</summary>
internal sealed partial class InstanceDraft
{
    public bool? ChecksumAsVersion2 { get; set; }
}
