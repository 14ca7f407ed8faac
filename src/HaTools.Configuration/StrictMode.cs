namespace HaTools.Configuration;

/// <summary>What strict mode turns on and off by itself (keepalived.conf(5), vrrp_strict), in every front-end.</summary>
internal static class StrictMode
{
    private const int Owner = 255;

    private static readonly VrrpInstance Usual = new() { Name = "", Interface = "", VirtualRouterId = 1 };

    /// <summary>The defaults of an instance's properties.</summary>
    public static VrrpInstance Defaults(bool strict, int priority) => !strict ? Default(priority) : Default(priority) with
    {
        Strict = true,
        Accept = priority == Owner,
        LowerPriorityNoAdvert = true,
        OwnerIgnoreAdverts = priority == Owner,
        GarpLowerPriorityDelay = TimeSpan.Zero,
        GarpLowerPriorityRepeat = 0,
    };

    // RFC 9568 section 6.4.1: the owner of the addresses does not wait. keepalived takes `state` from the priority, too, where it is not written.
    private static VrrpInstance Default(int priority) =>
        priority == Owner ? Usual with { InitialState = VrrpInitialState.Master } : Usual;
}
