namespace HaTools.Vrrp;

/// <summary>The checksum forms (<see cref="VrrpChecksumForm"/>) in which a received message is intact; a rare one is in several.</summary>
[Flags]
internal enum ChecksumForms
{
    None = 0,

    /// <summary>Version 2, and version 3 over IPv4 as RFC 9568 has it.</summary>
    MessageOnly = 1 << VrrpChecksumForm.MessageOnly,

    /// <summary>With the pseudo-header of the addresses that it came with; over IPv6 the only one.</summary>
    PseudoHeader = 1 << VrrpChecksumForm.PseudoHeader,

    /// <summary>With the group in the pseudo-header though it came by unicast. Not looked for where one of the others is right.</summary>
    PseudoHeaderMulticast = 1 << VrrpChecksumForm.PseudoHeaderMulticast,
}
