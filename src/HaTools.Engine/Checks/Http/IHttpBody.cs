namespace HaTools.Engine.Checks.Http;

/// <summary>Takes the body of a response, part by part.</summary>
internal interface IHttpBody
{
    /// <summary>The head has come.</summary>
    /// <param name="status">The status code, 100 to 999.</param>
    /// <returns>Whether the body is wanted.</returns>
    bool Head(int status);

    /// <summary>A part of the body, without what it was wrapped in.</summary>
    void Part(ReadOnlySpan<byte> bytes);
}
