using Resift.Local.Models;

namespace Resift;

/// <summary>A model's folder, opened: its configuration read once and checked, its weights mapped.</summary>
internal interface IOpenedModel : IDisposable
{
    /// <summary>Gets what the files say about the model.</summary>
    LocalModelInfo Info { get; }

    WeightStore Weights { get; }

    /// <summary>Gets the names of the tensors that the model is computed from, as far as they are there.</summary>
    IEnumerable<string> TensorNames { get; }

    /// <summary>Opens a folder with a model of any kind.</summary>
    static IOpenedModel Open(string folder) => StaticModel.IsIn(folder) ? StaticModel.Open(folder) : OpenedModel.Open(folder);
}
