namespace HaTools.Vrrp;

/// <summary>The checksum forms (<see cref="VrrpChecksumForm"/>) in which a received message is intact; a rare one is in both.</summary>
[Flags]
internal enum ChecksumForms
{
    None = 0,
    MessageOnly = 1 << VrrpChecksumForm.MessageOnly,
    PseudoHeader = 1 << VrrpChecksumForm.PseudoHeader,
}
