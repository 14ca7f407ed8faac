namespace HaTools.Engine.DnsWire;

/// <summary>A record of a message (RFC 1035 section 4.1.3), by its places there.</summary>
/// <param name="Name">Where its name begins.</param>
/// <param name="Type">Its type.</param>
/// <param name="Class">Its class; 1: the Internet's.</param>
/// <param name="Ttl">How many seconds it may be kept.</param>
/// <param name="Data">Where its data begins.</param>
/// <param name="DataLength">How many bytes it has.</param>
internal readonly record struct DnsRecord(int Name, int Type, int Class, uint Ttl, int Data, int DataLength);
