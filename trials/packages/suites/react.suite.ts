// @vitest-environment jsdom
/** Components under @testing-library/react: effects with and without a clean-up. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { createElement, useEffect, useState, type ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';

afterEach(cleanup);

function Counter(): ReactNode {
  const [count, setCount] = useState(0);
  return createElement('button', { onClick: () => setCount(count + 1) }, `clicked ${count} times`);
}

test('counts', () => {
  render(createElement(Counter));
  fireEvent.click(screen.getByRole('button'));
  expect(screen.getByRole('button').textContent).toBe('clicked 1 times');
});
test('counts in a second test', () => {
  const { unmount } = render(createElement(Counter));
  fireEvent.click(screen.getByRole('button'));
  unmount();
});
test('clears its clock', () => {
  function Clock(): ReactNode {
    useEffect(() => {
      const timer = setInterval(() => {}, 1000);
      return () => clearInterval(timer);
    }, []);
    return 'tick';
  }
  render(createElement(Clock));
});
test('stops to listen', () => {
  function Keys(): ReactNode {
    useEffect(() => {
      const press = (): void => {};
      window.addEventListener('keydown', press);
      return () => window.removeEventListener('keydown', press);
    }, []);
    return 'keys';
  }
  render(createElement(Keys));
});
test('finds what comes later', async () => {
  function Later(): ReactNode {
    const [text, setText] = useState('waits');
    useEffect(() => {
      const timer = setTimeout(() => setText('is there'), 5);
      return () => clearTimeout(timer);
    }, []);
    return createElement('p', null, text);
  }
  render(createElement(Later));
  await screen.findByText('is there');
});
test('leaks the clock of a component', () => {
  function Clock(): ReactNode {
    useEffect(() => {
      setInterval(() => {}, 1000); // LEAK: timer
    }, []);
    return 'tick';
  }
  render(createElement(Clock));
});
test('leaks the listener of a component', () => {
  function Keys(): ReactNode {
    useEffect(() => window.addEventListener('keydown', () => {}), []); // LEAK: listener
    return 'keys';
  }
  render(createElement(Keys));
});
