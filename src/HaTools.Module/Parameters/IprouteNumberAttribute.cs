using System.Globalization;
using System.Management.Automation;
using HaTools.Configuration;

namespace HaTools.Module.Parameters;

/// <summary>Lets a number be written by the name that iproute2 has for it on this host: <c>main</c>, <c>kernel</c>, <c>link</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IprouteNumberAttribute(IprouteTable table) : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = ModelValues.Bare(inputData)!;
        if (value is not string text) return value;
        IprouteNames names = IprouteNames.OfHost();
        uint number = table == IprouteTable.Realms ? Realms(names, text) : One(names, text);
        // Small ones are ints in the model, which a number that fits becomes.
        return number <= int.MaxValue ? (int)number : number;
    }

    private uint Realms(IprouteNames names, string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? One(names, text) : One(names, text[..slash]) << 16 | One(names, text[(slash + 1)..]);
    }

    private uint One(IprouteNames names, string text) =>
        names.Find(table, text) ?? throw new ArgumentTransformationMetadataException(string.Create(
            CultureInfo.InvariantCulture, $"'{text}' is neither a number up to {IprouteNames.LargestOf(table)} nor a name in {names.PathOf(table)}."));
}
