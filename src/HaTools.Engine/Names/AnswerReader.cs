using System.Buffers.Binary;
using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Names;

/// <summary>Reads what a response says of a name, through its aliases (RFC 1034 section 3.6.2). Whatever it holds, that ends soon.</summary>
internal static class AnswerReader
{
    private const int NameError = 3, MostAliases = 16, MostRecords = 4096, Internet = 1;

    private static readonly NameResult Malformed = new NameResult.Failed("its answer is malformed");

    /// <summary>Reads a response that is not truncated, and no error but that there is no such name.</summary>
    /// <param name="message">The response.</param>
    /// <param name="query">Header and question of what it answers.</param>
    /// <param name="type">The type of records that was asked for.</param>
    public static NameResult Read(DnsMessage message, ReadOnlySpan<byte> query, int type)
    {
        if (!message.IsWhole(query)) return Malformed;
        if (message.AnswerCount > MostRecords) return new NameResult.Failed($"its answer has {message.AnswerCount} records, and more than {MostRecords} are not read");
        Span<byte> name = stackalloc byte[DnsName.Longest];
        int at = DnsMessage.HeaderLength;
        if (!DnsName.TryRead(query, ref at, name, out int length)) return Malformed;
        var found = new FoundRecords(type);
        uint ttl = uint.MaxValue;
        for (int aliases = 0; aliases <= MostAliases; aliases++)
        {
            if (!TryCollect(message, query.Length, name[..length], found, ref ttl, out DnsRecord? alias)) return Malformed;
            if (found.Count > 0) return found.Answer is { IsEmpty: false } answer ? new NameResult.Found(answer, ttl) : new NameResult.Empty(Exists: true, ttl);
            if (alias is not { } record) return Nothing(message, query.Length, aliases);
            at = record.Data;
            if (!DnsName.TryRead(message.Bytes, ref at, name, out length) || at != record.Data + record.DataLength) return Malformed;
        }

        return new NameResult.Failed($"its answer has more than {MostAliases} aliases, one behind the other");
    }

    // That a name has no such records says an SOA record (RFC 2308 section 2.2), or who is an authority for it or asks further itself: many of those leave the record out. Who is neither refers
    // to others, or was made a name server of what it does not know.
    private static NameResult Nothing(DnsMessage message, int at, int aliases)
    {
        uint? ttl = NegativeTtl(message, at);
        bool exists = message.ResponseCode != NameError, knows = message.IsRecursionAvailable || (message.IsAuthoritative && aliases == 0);
        return exists && ttl is null && !knows ? new NameResult.Failed("it is no authority for the name, and does not ask further") : new NameResult.Empty(exists, ttl);
    }

    /// <summary>Takes the records of a name, or finds its alias (null: it has none).</summary>
    private static bool TryCollect(DnsMessage message, int at, ReadOnlySpan<byte> name, FoundRecords found, ref uint ttl, out DnsRecord? alias)
    {
        Span<byte> owner = stackalloc byte[DnsName.Longest];
        alias = null;
        for (int left = message.AnswerCount; left > 0; left--)
        {
            if (!message.TryRecord(ref at, out DnsRecord record)) return false;
            if (record.Class != Internet || (record.Type != found.Type && (record.Type != NameQuestion.Cname || alias is not null))) continue;
            int place = record.Name;
            if (!DnsName.TryRead(message.Bytes, ref place, owner, out int length)) return false;
            if (!owner[..length].SequenceEqual(name)) continue;
            if (record.Type != found.Type) alias = record;
            else if (found.TryAdd(message, record)) ttl = Math.Min(ttl, TtlOf(record));
            else return false;
        }

        if (found.Count == 0 && alias is { } other) ttl = Math.Min(ttl, TtlOf(other));
        return true;
    }

    // RFC 2181 section 8: one with the highest bit set is none at all.
    private static uint TtlOf(in DnsRecord record) => record.Ttl > int.MaxValue ? 0 : record.Ttl;

    // The zone's SOA record says it: the less of its own and of its last number (RFC 2308 section 5).
    private static uint? NegativeTtl(DnsMessage message, int at)
    {
        for (int i = 0; i < message.AnswerCount + message.AuthorityCount; i++)
        {
            if (!message.TryRecord(ref at, out DnsRecord record)) return null;
            if (i < message.AnswerCount || record.Type != NameQuestion.Soa || record.DataLength < sizeof(uint)) continue;
            return Math.Min(TtlOf(record), BinaryPrimitives.ReadUInt32BigEndian(message.Bytes[(record.Data + record.DataLength - sizeof(uint))..]));
        }

        return null;
    }
}
