namespace HaTools.Engine.Notify.Deliveries;

/// <summary>What one go has come to.</summary>
/// <param name="Outcomes">What became of each, and what there is to say of it; in their order.</param>
/// <param name="Trouble">Why it could not go on, in words: all that is left has to wait; null: it could.</param>
/// <param name="Asked">How long the other side asks to be left alone for then; null: it does not.</param>
internal sealed record DeliveryReport(IReadOnlyList<(DeliveryResult Result, string? Why)> Outcomes, string? Trouble, TimeSpan? Asked = null);

/// <summary>One go at delivering. It waits for others, for a bounded time, on a thread of its own.</summary>
internal abstract class Delivery : IDisposable
{
    /// <summary>Delivers. Nothing that another host does makes it throw.</summary>
    public abstract DeliveryReport Run();

    /// <summary>Ends it soon; from any thread.</summary>
    public abstract void Abort();

    /// <summary>After its end.</summary>
    public abstract void Dispose();
}
