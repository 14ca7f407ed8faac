using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Checks;

/// <summary>What a tracker's reading says of a server.</summary>
/// <param name="Success">Whether the server may serve.</param>
/// <param name="Weight">By how much its weight changes; null: not at all.</param>
internal readonly record struct FollowedWord(bool Success, CheckWeight? Weight = null);
