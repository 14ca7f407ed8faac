namespace HaTools.Engine.Checks.Datagrams;

/// <summary>What datagrams of checks say that have nothing to say: who sends them.</summary>
internal static class CheckText
{
    public static void Fill(Span<byte> data)
    {
        ReadOnlySpan<byte> text = "HaTools check - "u8;
        for (int i = 0; i < data.Length; i++) data[i] = text[i % text.Length];
    }
}
