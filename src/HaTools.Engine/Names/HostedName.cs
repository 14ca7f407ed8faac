using System.Net;

namespace HaTools.Engine.Names;

/// <summary>A name that is asked for again and again.</summary>
/// <param name="question">What is asked.</param>
/// <param name="known">What it had when a predecessor asked; null: that is not known.</param>
internal sealed class HostedName(NameQuestion question, NameAnswer? known)
{
    private NameState state = new(known, 0);

    public NameQuestion Question => question;

    public byte[] Query { get; } = question.ToQuery();

    public NameState State
    {
        get => state;
        set
        {
            if (value.Answer != state.Answer) Since = DateTimeOffset.Now;
            state = value;
        }
    }

    /// <summary>Since when its answer is in force.</summary>
    public DateTimeOffset Since { get; private set; } = DateTimeOffset.Now;

    /// <summary>Whether it has been asked for with an end, good or bad, or is remembered.</summary>
    public bool IsKnown => state.Answer is not null || state.Failures > 0;

    /// <summary>Who gave the answer; null: a predecessor remembers it.</summary>
    public string? NameServer { get; set; }

    /// <summary>What the last question came to, where it was no records; null: it was.</summary>
    public string? Trouble { get; set; }

    /// <summary>How far a question has come that is on its way.</summary>
    public InquiryState Inquiry { get; set; }

    /// <summary>Who is asked then.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; set; } = [];

    public InquirySocket? Socket { get; set; }

    /// <summary>Whether it waits for its turn, or is on its way.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Whether it is on its way.</summary>
    public bool IsOnItsWay { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>The number of its timer: what an earlier one has to say is out of date.</summary>
    public int Timer { get; set; }
}
