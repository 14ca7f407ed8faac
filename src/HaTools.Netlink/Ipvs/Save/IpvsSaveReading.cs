using System.Diagnostics.CodeAnalysis;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>What <see cref="IpvsSaveReader"/> made of a text: a table, or what is wrong with it.</summary>
public sealed class IpvsSaveReading
{
    internal IpvsSaveReading(IpvsSavedTable? table, IReadOnlyList<IpvsSaveError> errors) => (Table, Errors) = (table, errors);

    /// <summary>The table; null where there is any error.</summary>
    public IpvsSavedTable? Table { get; }

    /// <summary>All errors in the order of the text; at most <see cref="IpvsSaveReader.MostErrors"/> and one that says that there may be more.</summary>
    public IReadOnlyList<IpvsSaveError> Errors { get; }

    /// <summary>Whether there is a table.</summary>
    [MemberNotNullWhen(true, nameof(Table))]
    public bool Succeeded => Table is not null;
}
