namespace HaTools.Engine.DataPlane;

/// <summary>What there is to tell of a service that has its quorum or not, or of a real server that is up or not.</summary>
internal enum HealthNews
{
    /// <summary>It has come into the configuration.</summary>
    Begins,

    /// <summary>It is in another configuration what it was in the one before.</summary>
    Stays,

    /// <summary>It was not so until now, or nobody knew.</summary>
    Changed,
}
