namespace HaTools.Engine.Notify;

/// <summary>What scripts, FIFOs and mails are told of.</summary>
internal enum NotifyOwner
{
    Instance,
    Group,
    Service,
    RealServer,
}

/// <summary>An object that scripts, FIFOs and mails tell of.</summary>
/// <param name="Owner">Its kind.</param>
/// <param name="Name">Its name; of a service and a real server as events have it: <c>tcp 192.0.2.1:80</c>, <c>tcp 192.0.2.1:80 192.0.2.11:80</c>.</param>
internal sealed record NotifyKey(NotifyOwner Owner, string Name)
{
    /// <summary>Whether it is told of what checks find, and not of VRRP.</summary>
    public bool IsOfHealth => Owner is NotifyOwner.Service or NotifyOwner.RealServer;

    public static NotifyKey Instance(string name) => new(NotifyOwner.Instance, name);

    public static NotifyKey Group(string name) => new(NotifyOwner.Group, name);

    public static NotifyKey Service(string service) => new(NotifyOwner.Service, service);

    public static NotifyKey RealServer(string service, string server) => new(NotifyOwner.RealServer, $"{service} {server}");

    public override string ToString() => Owner switch
    {
        NotifyOwner.Instance => $"({Name})",
        NotifyOwner.Group => $"VRRP_Group({Name})",
        _ => Name,
    };
}
