using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes the authentication of adverts by HMAC (keepalived: auth_hmac): for -Hmac of an instance.</summary>
[Cmdlet(VerbsCommon.New, "VrrpHmac")]
[OutputType(typeof(VrrpHmac))]
public sealed class NewVrrpHmacCommand : HaCmdlet
{
    private static readonly VrrpHmac Usual = new() { Keys = [], ActiveKey = 1 };

    /// <summary>
    /// The keys: hashtables of Id (1 to 255) and Secret, a SecureString of 32 to 64 bytes (or hex: and as many in hexadecimal), or
    /// file:/PATH for the file that holds it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VrrpHmacKey), Many = true)]
    [Alias("Keys")]
    public VrrpHmacKey[] Key { get; set; } = [];

    /// <summary>The id of the key that adverts are signed with.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastKeyId, ModelRanges.MostKeyId)]
    public int ActiveKey { get; set; }

    /// <summary>How replayed adverts are told: by Time, or by Monotonic numbers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VrrpAntiReplay? AntiReplay { get; set; }

    /// <summary>With Time: how far an advert's clock may be from ours, 1 s to 300 s; without it: three intervals, at least 5 s.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? TimeWindow { get; set; }

    /// <summary>How strict it is: Enforce, Permissive (takes adverts without it too), ReceiveOnly (does not sign either).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VrrpHmacMode? Mode { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var vrrpHmac = new VrrpHmac
        {
            Keys = [.. Key],
            ActiveKey = ActiveKey,
            AntiReplay = AntiReplay ?? Usual.AntiReplay,
            TimeWindow = TimeWindow,
            Mode = Mode ?? Usual.Mode,
        };
        WriteObject(vrrpHmac);
    });
}
