using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Resift.Cli;

/// <summary>A model that is loaded when it is used.</summary>
/// <param name="name">Its name.</param>
/// <param name="bytes">About how much memory it takes while it is loaded.</param>
/// <param name="load">Loads it.</param>
internal sealed class ShelvedModel(string name, long bytes, Func<IDisposable> load)
{
    public string Name => name;

    public long Bytes => bytes;

    public Func<IDisposable> Load => load;

    /// <summary>
    /// Gets or sets the loaded model, or its loading; null while it is not loaded. The shelf's lock guards this and the rest.
    /// </summary>
    public Task<IDisposable>? Loaded { get; set; }

    public int Users { get; set; }

    public long LastUse { get; set; }

    public bool IsIdle => Users == 0 && Loaded is { IsCompletedSuccessfully: true };
}

/// <summary>
/// Keeps models loaded within a budget of memory. A model is loaded when it is first used, by whoever comes first while the others wait;
/// when there is too little room, those that were idle for longest are unloaded. One that is in use never is, so that those in use may
/// take more than the budget together.
/// </summary>
internal sealed class ModelShelf : IDisposable
{
    /// <summary>The name of the meter that says what is loaded.</summary>
    public const string MeterName = "Resift.Serve";

    private readonly long _budget;
    private readonly Lock _lock = new();
    private readonly List<ShelvedModel> _loaded = [];
    private readonly Meter _meter = new(MeterName);
    private readonly SortedDictionary<string, long> _loads = [];
    private long _bytes;
    private long _uses;

    /// <param name="budget">How many bytes the loaded models may take while some are idle.</param>
    public ModelShelf(long budget)
    {
        _budget = budget;
        // Observed, since models are loaded before anybody listens.
        _meter.CreateObservableCounter("resift.serve.model_loads", Loads, "{load}", "How often a model was loaded.");
        _meter.CreateObservableUpDownCounter(
            "resift.serve.loaded_memory", () => Bytes, "By", "Memory of the loaded models, as it is estimated.");
        _meter.CreateObservableUpDownCounter(
            "resift.serve.loaded_models", () => Loaded.Count, "{model}", "Models that are loaded.");
    }

    /// <summary>Gets how many bytes the loaded models take, as they were estimated.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Gets the names of the models that are loaded, or are being loaded.</summary>
    public IReadOnlyList<string> Loaded
    {
        get
        {
            lock (_lock)
            {
                return [.. _loaded.Select(model => model.Name)];
            }
        }
    }

    /// <summary>Uses a model, which stays loaded meanwhile.</summary>
    /// <exception cref="RerankerException">It cannot be loaded; the next use tries again.</exception>
    public async Task<TResult> UseAsync<TModel, TResult>(
        ShelvedModel model, Func<TModel, Task<TResult>> use, CancellationToken cancellationToken)
        where TModel : IDisposable
    {
        var loading = Enter(model);
        try
        {
            TModel loaded;
            try
            {
                loaded = (TModel)await loading.WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new RerankerException($"The model '{model.Name}' cannot be loaded: {exception.Message}", exception);
            }

            return await use(loaded);
        }
        finally
        {
            Leave(model);
        }
    }

    /// <summary>Loads a model ahead of its first use.</summary>
    public async Task LoadAsync(ShelvedModel model, CancellationToken cancellationToken)
    {
        var loading = Enter(model);
        try
        {
            await loading.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(model);
        }
    }

    public void Dispose()
    {
        List<ShelvedModel> all;
        lock (_lock)
        {
            all = [.. _loaded];
            _loaded.Clear();
        }

        _meter.Dispose();
        foreach (var model in all)
        {
            if (model.Loaded is { IsCompletedSuccessfully: true } loaded)
            {
                loaded.Result.Dispose();
            }
        }
    }

    private Measurement<long>[] Loads()
    {
        lock (_lock)
        {
            return [.. _loads.Select(item => new Measurement<long>(
                item.Value, new KeyValuePair<string, object?>("gen_ai.request.model", item.Key)))];
        }
    }

    private Task<IDisposable> Enter(ShelvedModel model)
    {
        lock (_lock)
        {
            model.Users++;
            // Whoever gives up does not end it for the others.
            return model.Loaded ??= Task.Run(() => Load(model), CancellationToken.None);
        }
    }

    private IDisposable Load(ShelvedModel model)
    {
        // Room is made first, so that the two are not in memory together.
        Unload(Reserve(model));
        try
        {
            var loaded = model.Load();
            lock (_lock)
            {
                _loads[model.Name] = _loads.GetValueOrDefault(model.Name) + 1;
            }

            return loaded;
        }
        catch
        {
            lock (_lock)
            {
                model.Loaded = null;
                _loaded.Remove(model);
                _bytes -= model.Bytes;
            }

            throw;
        }
    }

    private List<IDisposable> Reserve(ShelvedModel model)
    {
        lock (_lock)
        {
            _loaded.Add(model);
            _bytes += model.Bytes;
            return TakeIdle();
        }
    }

    private void Leave(ShelvedModel model)
    {
        List<IDisposable> idle;
        lock (_lock)
        {
            model.Users--;
            model.LastUse = ++_uses;
            idle = TakeIdle();
        }

        Unload(idle);
    }

    // What is taken off the shelf is found by nobody any more: who wants it loads it anew.
    private List<IDisposable> TakeIdle()
    {
        var taken = new List<IDisposable>();
        while (_bytes > _budget && TryFindIdle(out var model))
        {
            taken.Add(model.Loaded!.Result);
            model.Loaded = null;
            _loaded.Remove(model);
            _bytes -= model.Bytes;
        }

        return taken;
    }

    private bool TryFindIdle([NotNullWhen(true)] out ShelvedModel? model)
    {
        model = _loaded.Where(loaded => loaded.IsIdle).MinBy(loaded => loaded.LastUse);
        return model is not null;
    }

    private static void Unload(List<IDisposable> models) => models.ForEach(model => model.Dispose());
}
