using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>
/// Goes through the words of a line in iproute2's manner: options and their values. What is amiss is reported; then <see cref="Failed"/> is set, and the
/// line asks for nothing, but is read on, so that all of its errors are told.
/// </summary>
internal sealed class LineWords(ConfReading reading, ConfWord[] words, string what)
{
    private int next;

    public ConfReading Reading => reading;

    public bool Failed { get; private set; }

    public bool TryNext(out ConfWord word)
    {
        word = next < words.Length ? words[next] : ConfWord.None;
        return next++ < words.Length;
    }

    /// <summary>The next word, which is left where it is.</summary>
    public bool TryPeek(out ConfWord word)
    {
        word = next < words.Length ? words[next] : ConfWord.None;
        return next < words.Length;
    }

    /// <summary>Passes over the next word, an option, and reads its value.</summary>
    public T TakeThen<T>(Func<LineWords, T> read)
    {
        next++;
        return read(this);
    }

    /// <summary>The next word, if it is that one, is passed over.</summary>
    public bool Skip(string text)
    {
        if (next >= words.Length || words[next].Text != text) return false;
        next++;
        return true;
    }

    /// <summary>An option's value.</summary>
    public bool TryValue(ConfWord option, out ConfWord value)
    {
        if (TryNext(out value)) return true;
        Error("MissingValue", option, $"`{option.Text}` needs a value.");
        return false;
    }

    public void Error(string code, ConfWord word, string message)
    {
        Failed = true;
        reading.Error(code, word, message);
    }

    /// <summary>A word is no option; whether the next one is its value or an option nobody knows, so that the rest of the line is not read.</summary>
    public void Unknown(ConfWord word, IEnumerable<string> options)
    {
        Failed = true;
        next = words.Length;
        reading.Error("UnknownKeyword", word, $"`{word.Text}` is no option of {what}.{reading.Suggest(word.Text, options)}");
    }

    /// <summary>A whole decimal number.</summary>
    public uint? Number(ConfWord option, uint most, uint least = 0)
    {
        if (!TryValue(option, out ConfWord value)) return null;
        if (uint.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number >= least && number <= most)
            return number;
        Error("ValueOutOfRange", value, $"`{value.Text}` is no value of `{option.Text}`: a whole number from {least} to {most}.");
        return null;
    }

    public ulong? LongNumber(ConfWord option)
    {
        if (!TryValue(option, out ConfWord value)) return null;
        if (ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)) return number;
        Error("ValueOutOfRange", value, $"`{value.Text}` is no value of `{option.Text}`: a whole number up to {ulong.MaxValue}.");
        return null;
    }

    /// <summary>A whole number, decimal, hexadecimal (0x…) or octal (0…).</summary>
    public uint? AnyNumber(ConfWord option)
    {
        if (!TryValue(option, out ConfWord value)) return null;
        if (IprouteNames.TryNumber(value.Text, out ulong number) && number <= uint.MaxValue) return (uint)number;
        Error("ValueOutOfRange", value, $"`{value.Text}` is no value of `{option.Text}`: a whole number up to {uint.MaxValue}.");
        return null;
    }

    /// <summary>A number or a name of iproute2's.</summary>
    public uint? Named(ConfWord option, IprouteTable table) => TryValue(option, out ConfWord value) ? Named(value, value.Text, option.Text, table) : null;

    /// <summary>Realms: <c>[SOURCE/]DESTINATION</c>, numbers or names.</summary>
    public uint? Realms(ConfWord option)
    {
        if (!TryValue(option, out ConfWord value)) return null;
        int slash = value.Text.IndexOf('/');
        uint? first = Named(value, slash < 0 ? value.Text : value.Text[..slash], option.Text, IprouteTable.Realms);
        if (slash < 0 || first is null) return first;
        return Named(value, value.Text[(slash + 1)..], option.Text, IprouteTable.Realms) is { } destination ? first << 16 | destination : null;
    }

    public bool TryAddress(ConfWord value, [NotNullWhen(true)] out IPAddress? address)
    {
        if (ConfValues.TryAddress(value.Text, out address)) return true;
        Error("InvalidAddress", value, $"`{value.Text}` is no IP address.");
        return false;
    }

    /// <summary>A prefix <c>ADDRESS[/LENGTH]</c>, without a length a host; null: all (<c>default</c>, <c>any</c>, <c>all</c>, or length 0).</summary>
    /// <param name="value">The word.</param>
    /// <param name="network">The network.</param>
    /// <param name="family">4 or 6; 0 where the word does not say.</param>
    /// <returns>False: it is none.</returns>
    public bool TryNetwork(ConfWord value, out IPNetwork? network, out int family)
    {
        (network, family) = (null, 0);
        if (value.Text is "default" or "any" or "all") return true;
        if (value.Text == "default6")
        {
            reading.Warning("Deprecated", value, "`default6` is deprecated: write `inet6 default`.");
            family = 6;
            return true;
        }

        string text = value.Text;
        int slash = text.IndexOf('/');
        if (!ConfValues.TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress address))
        {
            Error("InvalidAddress", value, $"`{text}` is no IP address or prefix.");
            return false;
        }

        family = Networks.FamilyOf(address);
        int length = Networks.HostPrefix(address);
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int given) || given > length))
        {
            Error("InvalidAddress", value, $"`{text[(slash + 1)..]}` is no prefix length from 0 to {length}.");
            return false;
        }

        if (slash >= 0) length = int.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        if (!Networks.IsBase(address, length))
        {
            string meant = $"{Networks.Of(address, length)}";
            if (family == 4)
            {
                Error("InvalidAddress", value, $"`{text}` has bits behind its prefix, which the kernel does not take; {meant}?");
                return false;
            }

            reading.Warning("InvalidAddress", value, $"`{text}` has bits behind its prefix: the kernel takes it for {meant}.");
        }

        network = length == 0 ? null : Networks.Of(address, length);
        return true;
    }

    private uint? Named(ConfWord value, string word, string option, IprouteTable table)
    {
        IprouteNames names = reading.Names;
        if (names.Find(table, word) is { } number) return number;
        Error("UnknownValue", value,
            $"`{word}` is no value of `{option}`: neither a number up to {IprouteNames.LargestOf(table)} nor a name in {names.PathOf(table)}."
            + reading.Suggest(word, names.Known(table)));
        return null;
    }
}
