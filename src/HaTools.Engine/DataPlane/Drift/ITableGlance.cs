namespace HaTools.Engine.DataPlane;

/// <summary>Is shown a plane's table as one number for each service (<see cref="IDataPlane.Glance"/>).</summary>
internal interface ITableGlance
{
    /// <summary>Whether the number of a service is wanted; where it is not, its real servers are not read.</summary>
    bool Wants(in TableKey key);

    /// <summary>A service, with the number that <see cref="TableDigest"/> makes of it and its servers.</summary>
    void Saw(in TableKey key, ulong digest);
}
