namespace HaTools.Netlink.Ipvs.Save;

/// <summary>
/// The options of a line in their order, as popt 1.19 (which ipvsadm uses, and not getopt) takes them: letters joined (<c>-At</c>), a
/// value joined to its letter (<c>-w5</c>, <c>-w=5</c>) or long name (<c>--weight=5</c>), long names whole and with two dashes, nothing
/// but arguments after <c>--</c>.
/// </summary>
internal sealed class SaveOptions(IReadOnlyList<SaveWord> words, SaveErrors errors)
{
    /// <summary>What is said of a line without a command where it has to be.</summary>
    public const string NoCommand = "a line begins with its command, -A (--add-service) or -a (--add-server)";

    private int next;
    private SaveWord letters;
    private bool optionsAreOver;
    private bool isUnexpectedTold;
    private bool isAfterOption;

    /// <summary>The option.</summary>
    public SaveOption Option { get; private set; } = null!;

    /// <summary>Its letter, or its long name with the dashes.</summary>
    public SaveWord Place { get; private set; }

    /// <summary>Its value; null: there is none.</summary>
    public SaveWord? Value { get; private set; }

    /// <summary>Whether the option has a value that it does not take, or lacks one, which has been told.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether there was an option that ipvsadm does not know: nobody can tell what it was to be.</summary>
    public bool HasUnknown { get; private set; }

    /// <summary>Goes to the next option. What is none, and cannot be one's value, is told and passed over.</summary>
    /// <returns>False: there is none.</returns>
    public bool Next()
    {
        while (letters.Length > 0 || next < words.Count)
        {
            SaveWord? joined;
            SaveOption? option;
            if (letters.Length > 0)
            {
                option = Letter(out joined);
            }
            else if (words[next] is var word && IsOption(word))
            {
                next++;
                option = Word(word, out joined);
            }
            else
            {
                next++;
                if (optionsAreOver || !word.Span.SequenceEqual("--")) Unexpected(word);
                else optionsAreOver = true;
                continue;
            }

            // What follows an unknown option may be its value.
            isUnexpectedTold = option is null;
            HasUnknown |= option is null;
            isAfterOption = true;
            if (option is null) continue;
            Take(option, joined);
            return true;
        }

        return false;
    }

    private bool IsOption(SaveWord word) => !optionsAreOver && word.Length > 1 && word.Span[0] == '-' && !word.Span.SequenceEqual("--");

    private SaveOption? Letter(out SaveWord? joined)
    {
        joined = null;
        Place = letters.Part(0, 1);
        SaveOption? option = SaveOption.Find(letters.Span[0]);
        SaveWord rest = letters.From(1);
        letters = default;
        if (option is null)
        {
            errors.Add(Place, "ipvsadm has no such option");
            return null;
        }

        if (rest.Length == 0) return option;
        if (rest.Span[0] == '=') joined = rest.From(1);
        else if (option.Value != SaveOptionValue.None) joined = rest;
        else letters = rest;
        return option;
    }

    private SaveOption? Word(SaveWord word, out SaveWord? joined)
    {
        if (word.Span[1] != '-')
        {
            letters = word.From(1);
            return Letter(out joined);
        }

        int equals = word.Span.IndexOf('=');
        Place = word.Part(0, equals < 0 ? word.Length : equals);
        joined = equals < 0 ? null : word.From(equals + 1);
        SaveOption? option = SaveOption.Find(Place.Span[2..]);
        if (option is null) errors.Add(Place, "ipvsadm has no such option (long names cannot be abbreviated)");
        return option;
    }

    private void Take(SaveOption option, SaveWord? joined)
    {
        Option = option;
        Value = joined;
        IsBroken = false;
        if (option.Value == SaveOptionValue.None)
        {
            IsBroken = joined is not null;
            if (IsBroken) errors.Add(Place, $"{option} takes no value");
        }
        else if (joined is null)
        {
            if (next < words.Count && (option.Value == SaveOptionValue.Needed || words[next].Span[0] != '-')) Value = words[next++];
            else IsBroken = option.Value == SaveOptionValue.Needed;
            if (IsBroken) errors.Add(Place, $"{option} needs a value");
        }
    }

    /// <summary>A run of arguments that no option takes is one error; so is what was meant as a comment, to the line's end.</summary>
    private void Unexpected(SaveWord word)
    {
        bool isComment = word.Span[0] == '#';
        if (isComment) next = words.Count;
        if (!isUnexpectedTold || isComment)
        {
            errors.Add(word, isComment ? "a comment is a line that begins with #, and only ipvsadm-restore has any"
                : isAfterOption ? "no option takes this argument"
                : NoCommand);
        }

        isUnexpectedTold = true;
    }
}
