using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>A peer's form of the checksum is told with the setting that sends the same, in the direction that it has to be changed.</summary>
public sealed class ChecksumAdviceTests
{
    [Theory]
    [InlineData(VrrpChecksumForm.MessageOnly, "set `v3_checksum_as_v2` (YAML: `checksumForm: messageOnly`)")]
    [InlineData(VrrpChecksumForm.PseudoHeader, "leave out `v3_checksum_as_v2` and `old_unicast_checksum` (YAML: `checksumForm: pseudoHeader`)")]
    [InlineData(VrrpChecksumForm.PseudoHeaderMulticast, "set `old_unicast_checksum` (YAML: `checksumForm: pseudoHeaderMulticast`)")]
    public void It_says_what_sends_the_peers_form(VrrpChecksumForm theirs, string advice)
    {
        var told = new VrrpHostEvent(VrrpHostEventCode.ChecksumFormDiffers, "VI_1") { First = (int)theirs };
        Assert.EndsWith($": to send the peer's form, {advice}", told.Message, StringComparison.Ordinal);
    }
}
