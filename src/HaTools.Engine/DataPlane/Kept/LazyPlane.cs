namespace HaTools.Engine.DataPlane;

/// <summary>A plane that is opened when it is first needed.</summary>
/// <param name="open">Opens it.</param>
/// <param name="subject">What needs it, for the message that there is none.</param>
internal sealed class LazyPlane(Func<IDataPlane> open, string subject) : IDisposable
{
    private IDataPlane? plane;

    /// <param name="who">What needs it this time, where that is not the usual subject.</param>
    /// <exception cref="HaEngineException">There is none.</exception>
    public IDataPlane Get(string? who = null)
    {
        try
        {
            return plane ??= open();
        }
        catch (HaEngineException e)
        {
            throw new HaEngineException($"{who ?? subject}: {e.Message}", e);
        }
    }

    public void Dispose() => plane?.Dispose();
}
