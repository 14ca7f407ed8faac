namespace HaTools.Configuration.Keepalived;

/// <summary>A switch that was written, and where.</summary>
internal readonly record struct ConfSwitch(bool On, ConfWord Word)
{
    public static ConfSwitch Read(ConfReading reading, ConfStatement statement) => new(ConfValues.Boolean(reading, statement), statement.Keyword);
}
