namespace HaTools.Lab.Machine;

/// <summary>Where the program of the same build is.</summary>
internal static class HanodeProgram
{
    /// <summary>The project's folder: the one that holds HaTools.slnx.</summary>
    public static string ProjectFolder { get; } = FindProject();

    /// <summary>hanode, built with the same configuration (Debug, Release) as the lab; HATOOLS_HANODE names another one.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("HATOOLS_HANODE") ?? System.IO.Path.Combine(
        ProjectFolder, "src/HaTools.Node/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "hanode");

    /// <summary>The line of bash that becomes a machine's director.</summary>
    public static string CommandLine(string node) =>
        $"export DOTNET_ROOT='{DotnetRoot}'; exec '{Path}' run -f /etc/keepalived/keepalived.conf --name {node}";

    /// <summary>The line of bash that asks a machine's hanode for its state.</summary>
    public static string StatusCommandLine(string node) => Of($"status --name {node}");

    /// <summary>The line of bash that runs hanode with arguments.</summary>
    public static string Of(string arguments) => $"export DOTNET_ROOT='{DotnetRoot}'; '{Path}' {arguments}";

    /// <summary>The folder of the .NET that runs us.</summary>
    public static string DotnetRoot { get; } = new DirectoryInfo(typeof(object).Assembly.Location).Parent!.Parent!.Parent!.Parent!.FullName;

    private static string FindProject()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "HaTools.slnx"))) return folder.FullName;
        }
        throw new LabException($"no folder above {AppContext.BaseDirectory} holds HaTools.slnx");
    }
}
