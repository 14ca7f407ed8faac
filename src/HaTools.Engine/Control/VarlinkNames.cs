namespace HaTools.Engine.Control;

/// <summary>The names that cross the control socket.</summary>
internal static class VarlinkNames
{
    public const string Interface = "io.hatools.Node";
    public const string GetStatus = "io.hatools.Node.GetStatus";
    public const string GetConfiguration = "io.hatools.Node.GetConfiguration";
    public const string Plan = "io.hatools.Node.Plan";
    public const string Apply = "io.hatools.Node.Apply";
    public const string Reload = "io.hatools.Node.Reload";
    public const string Announce = "io.hatools.Node.Announce";
    public const string Drain = "io.hatools.Node.Drain";
    public const string Restore = "io.hatools.Node.Restore";
    public const string Stop = "io.hatools.Node.Stop";
    public const string Monitor = "io.hatools.Node.Monitor";

    public const string ServiceInterface = "org.varlink.service";
    public const string GetInfo = "org.varlink.service.GetInfo";
    public const string GetInterfaceDescription = "org.varlink.service.GetInterfaceDescription";
    public const string InterfaceNotFound = "org.varlink.service.InterfaceNotFound";
    public const string MethodNotFound = "org.varlink.service.MethodNotFound";
    public const string InvalidParameter = "org.varlink.service.InvalidParameter";
    public const string ExpectedMore = "org.varlink.service.ExpectedMore";
}
