namespace HaTools.Lab.Scenarios;

/// <summary>The texts of the seeds, to the letter.</summary>
internal static class SeedText
{
    private static readonly string folder = Path.Combine(AppContext.BaseDirectory, "lab/seeds");

    public static string Read(string name) => File.ReadAllText(Path.Combine(folder, name));
}
