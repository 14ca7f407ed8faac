namespace HaTools.Engine.Names;

/// <summary>What came of a question.</summary>
internal abstract record NameResult
{
    /// <summary>There are records.</summary>
    /// <param name="Answer">The records.</param>
    /// <param name="Ttl">How many seconds they may be kept, all of them and the aliases that led to them.</param>
    internal sealed record Found(NameAnswer Answer, uint Ttl) : NameResult;

    /// <summary>There are none.</summary>
    /// <param name="Exists">Whether there is such a name all the same, with records of other types.</param>
    /// <param name="Ttl">How many seconds that may be kept (RFC 2308 section 5); null: it is not said.</param>
    internal sealed record Empty(bool Exists, uint? Ttl) : NameResult;

    /// <summary>Nobody says whether there are any.</summary>
    /// <param name="Reason">Why, in words.</param>
    internal sealed record Failed(string Reason) : NameResult;
}
