namespace HaTools.Netlink.Ipvs.Save;

/// <summary>
/// Cuts a text into lines and words as <c>ipvsadm -R</c> does (config_stream.c): blanks, tabs and carriage returns part words, a line
/// feed ends a line, nothing is quoted, and a word <c>ipvsadm</c> is passed over wherever it stands. It knows no comments; lines that
/// begin with <c>#</c> are those that <c>ipvsadm-restore</c> takes out before.
/// </summary>
internal sealed class SaveLines(string text, SaveErrors errors)
{
    /// <summary>ipvsadm's room for a word is 4,096 bytes with the zero at its end; what is longer it cuts into several.</summary>
    private const int LongestWord = 4095;

    private readonly List<SaveWord> words = [];
    private int index;
    private int line;

    /// <summary>The words of the line.</summary>
    public IReadOnlyList<SaveWord> Words => words;

    /// <summary>Goes to the next line, which may have no words.</summary>
    /// <returns>False: there is none.</returns>
    public bool Next()
    {
        words.Clear();
        if (index >= text.Length) return false;
        line++;
        int feed = text.IndexOf('\n', index);
        int end = feed < 0 ? text.Length : feed;
        if (text[index] != '#') Cut(index, end);
        index = end + 1;
        return true;
    }

    private void Cut(int start, int end)
    {
        int column = 1;
        bool broken = false;
        for (int at = start; at < end;)
        {
            if (IsBlank(text[at]))
            {
                (at, column) = (at + 1, column + 1);
                continue;
            }

            int from = at;
            int pairs = 0;
            for (; at < end && !IsBlank(text[at]); at++)
            {
                if (char.IsHighSurrogate(text[at]) && at + 1 < end && char.IsLowSurrogate(text[at + 1])) pairs++;
            }

            var word = new SaveWord(text, from, at - from, line, column);
            column += word.Length - pairs;
            broken |= !IsWhole(word);
            if (!word.Span.SequenceEqual("ipvsadm")) words.Add(word);
        }

        if (broken) words.Clear();
    }

    private bool IsWhole(SaveWord word)
    {
        if (word.Length > LongestWord) errors.Add(word, $"a word has at most {LongestWord} characters");
        else if (word.Span.Contains('\0')) errors.Add(word, "there is a NUL character in this word");
        else return true;
        return false;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r';
}
