namespace HaTools.Engine.Vrrp;

/// <summary>What there is to say of an instance's fault beside its reason.</summary>
/// <param name="Down">The interface that is down, if one is: the instance's, or the one that it stands on.</param>
/// <param name="Carrier">The interface that adverts are heard on.</param>
/// <param name="Stranded">The first tracked address whose own interface cannot carry it; null: there is none.</param>
/// <param name="Refusal">The errno for which none of the addresses can be put up; 0: nothing is against it.</param>
internal readonly record struct FaultFacts(string Down, string Carrier, HostedAddress? Stranded, int Refusal);
