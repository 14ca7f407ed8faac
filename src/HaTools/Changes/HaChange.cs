namespace HaTools;

/// <summary>
/// One step of a plan: what reload, -WhatIf, DSC and drift repair show, and the same thing that they then do.
/// </summary>
public sealed record HaChange
{
    /// <summary>What is done.</summary>
    public required HaChangeAction Action { get; init; }

    /// <summary>
    /// The kind of object: Node; ScriptTracker, FileTracker, ProcessTracker, BfdSession; InterfaceDelay, GarpGroup, StaticTrackGroup; StaticAddress,
    /// StaticRoute, StaticRule; VrrpInstance and its VirtualAddress, ExcludedAddress, VirtualRoute, VirtualRule; VrrpSyncGroup; VirtualServer,
    /// RealServer; DirectRoutingAddress, TunnelAddress.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>The object's identity within its kind (<c>VI_1</c>; <c>tcp 192.0.2.1:80 192.0.2.11:80</c>).</summary>
    public required string Id { get; init; }

    /// <summary>For <see cref="HaChangeAction.Set"/>: the property's name in the model; else null.</summary>
    public string? Property { get; init; }

    /// <summary>The value before, as text; null when there was none. Secrets are masked.</summary>
    public string? Before { get; init; }

    /// <summary>The value after, as text; null when there is none. Secrets are masked.</summary>
    public string? After { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Property is null ? $"{Action} {Kind} {Id}" : $"{Action} {Kind} {Id} {Property}: {Before} -> {After}";
}

/// <summary>What a change does.</summary>
public enum HaChangeAction
{
    /// <summary>An object comes into being.</summary>
    Add,

    /// <summary>A property of an object that stays gets another value.</summary>
    Set,

    /// <summary>An object goes.</summary>
    Remove,
}
