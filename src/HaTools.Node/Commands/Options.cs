using System.CommandLine;
using HaTools.Configuration;
using HaTools.Engine;

namespace HaTools.Node.Commands;

/// <summary>The options that several commands have.</summary>
internal static class Options
{
    public static Option<string> File() => new("--file", "-f")
    {
        Description = "The configuration: keepalived.conf, or native YAML.",
        HelpName = "FILE",
        Required = true,
    };

    public static Option<ConfigurationFormat> Format() => new("--format")
    {
        Description = "The language of the file; auto goes by its name, then by its text.",
        DefaultValueFactory = _ => ConfigurationFormat.Auto,
    };

    public static Option<bool> Strict() => new("--strict") { Description = "Count warnings as errors." };

    public static Argument<string> Service() => new("service") { Description = "The service: 192.0.2.1:80, \"udp 192.0.2.1:53\", \"fwmark 7\"." };

    public static Argument<string> RealServer() => new("server") { Description = "The real server: 192.0.2.11:80, or its address." };

    public static Option<string?> Node() => new("--name", "-n")
    {
        Description = "The node's name; not needed where only one runs.",
        HelpName = "NAME",
    };

    public static Option<string> RunDirectory() => new("--run-directory")
    {
        Description = "Where control sockets are.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => HaNodeOptions.DefaultRunDirectory,
    };
}
