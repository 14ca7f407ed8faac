using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using HaTools.Configuration;

namespace HaTools.Engine.Checks.Http;

/// <summary>Searches the beginning of a body for a regular expression. Its memory is borrowed for the time of a try.</summary>
internal sealed class BodySearch(HttpUrl url)
{
    private readonly Regex pattern = HttpPattern.Make(url);
    private readonly Encoding encoding = url.RegexOptions.HasFlag(HttpRegexOptions.Utf) ? Encoding.UTF8 : Encoding.Latin1;
    private byte[] kept = [];
    private int length;
    private bool isLonger;

    public void Take(ReadOnlySpan<byte> bytes)
    {
        int part = Math.Min(bytes.Length, HttpPattern.Searched - length);
        isLonger |= part < bytes.Length;
        if (part == 0) return;
        if (kept.Length < length + part)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(HttpPattern.Searched, Math.Max(4096, 2 * (length + part))));
            kept.AsSpan(0, length).CopyTo(larger);
            Return();
            kept = larger;
        }

        bytes[..part].CopyTo(kept.AsSpan(length));
        length += part;
    }

    /// <summary>Why the body is not as it should be, in words; null: it is.</summary>
    public string? Fault()
    {
        bool? found = Find();
        if (found is null) return "the search of its body took too long";
        if (found == true) return url.RegexNoMatch ? $"its body matches {url.Regex}" : null;
        if (isLonger) return $"its body is longer than the {HttpPattern.Searched} bytes that are searched, which {url.Regex} does not match";
        return url.RegexNoMatch ? null : $"its body does not match {url.Regex}";
    }

    public void End()
    {
        Return();
        (kept, length, isLonger) = ([], 0, false);
    }

    private bool? Find()
    {
        ReadOnlySpan<byte> bytes = kept.AsSpan(0, length);
        if (url.RegexMinimumOffset > length) return false;
        char[] buffer = ArrayPool<char>.Shared.Rent(length + 1);
        try
        {
            ReadOnlySpan<char> text = buffer.AsSpan(0, encoding.GetChars(bytes, buffer));
            int first = Math.Min(encoding.GetCharCount(bytes[..url.RegexMinimumOffset]), text.Length);
            int last = url.RegexMaximumOffset is { } most && most < length ? encoding.GetCharCount(bytes[..most]) : int.MaxValue;
            foreach (ValueMatch match in pattern.EnumerateMatches(text, first)) return match.Index <= last;
            return false;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private void Return()
    {
        if (kept.Length > 0) ArrayPool<byte>.Shared.Return(kept);
    }
}
