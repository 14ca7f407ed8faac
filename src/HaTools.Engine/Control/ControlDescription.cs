using System.Reflection;

namespace HaTools.Engine.Control;

/// <summary>What the control socket says about itself (org.varlink.service).</summary>
internal static class ControlDescription
{
    private const string Service = """
        # The service interface that every Varlink service has.
        interface org.varlink.service

        method GetInfo() -> (vendor: string, product: string, version: string, url: string, interfaces: []string)

        method GetInterfaceDescription(interface: string) -> (description: string)

        error InterfaceNotFound (interface: string)
        error MethodNotFound (method: string)
        error InvalidParameter (parameter: string)
        error ExpectedMore ()

        """;

    public static string Version { get; } = typeof(ControlDescription).Assembly.GetName().Version!.ToString(3);

    public static ServiceInformation Information { get; } =
        new("HaTools", "HaTools", Version, "", [VarlinkNames.ServiceInterface, VarlinkNames.Interface]);

    /// <summary>The description of an interface in Varlink's language; null: there is no such interface here.</summary>
    public static string? Find(string? name) => name switch
    {
        VarlinkNames.ServiceInterface => Service,
        VarlinkNames.Interface => Read("io.hatools.Node.varlink"),
        _ => null,
    };

    private static string Read(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from the build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
