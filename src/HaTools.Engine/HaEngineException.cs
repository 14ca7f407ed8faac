namespace HaTools.Engine;

/// <summary>The engine cannot do what was asked, for a reason that is not an errno: the message names the object and says what to do.</summary>
internal sealed class HaEngineException : Exception
{
    public HaEngineException(string message) : base(message)
    {
    }

    public HaEngineException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
